package dev.jukebox.core.report;

import java.util.HexFormat;

/** Text as it may stand in a page, whatever it holds. */
final class Html {

  private Html() {}

  /** Text as content of an element or as value of an attribute. */
  static String escape(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(c < ' ' && "\n\r\t".indexOf(c) < 0 ? '\uFFFD' : c);
      }
    }
    return safe.toString();
  }

  /**
   * JSON as content of a script element, which nothing in its strings can end. The characters
   * escaped are part of no JSON but of its strings.
   */
  static String script(String json) {
    StringBuilder safe = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      switch (c) {
        case '<', '>', '&', '\u2028', '\u2029' ->
            safe.append("\\u" + HexFormat.of().toHexDigits(c));
        default -> safe.append(c);
      }
    }
    return safe.toString();
  }

  /** A name and a value of a list of them. */
  static String fact(String name, String value) {
    return "<div><dt>" + escape(name) + "</dt><dd>" + escape(value) + "</dd></div>\n";
  }

  /** A link that saves a file beside the page. */
  static String download(String file, String text) {
    return "<a href=\"" + escape(address(file)) + "\" download>" + escape(text) + "</a>";
  }

  /** The address of a file beside the page. */
  static String address(String file) {
    // The prefix keeps a name with a colon from being taken for another protocol.
    return "./" + file.replace("%", "%25").replace("#", "%23").replace("?", "%3F");
  }
}
