package dev.jukebox.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlTest {

  @Test
  void textStaysText() {
    assertEquals(
        "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;\n\t\uFFFDé",
        Html.escape("<a href=\"x\" id='y'>&amp;\n\t\u0001é"));
  }

  @Test
  void nothingInJsonEndsItsScript() throws IOException {
    String lyrics = "</script><!-- <script>&\u2028\u2029\"\\\n\u0000é\uD83C\uDFB5";
    String json = Html.script(TrackJson.of(lyrics, LyricTrack.empty()));
    for (String part : new String[] {"<", ">", "&", "\u2028", "\u2029", "\n", "\u0000"}) {
      assertTrue(!json.contains(part), json);
    }
    JsonNode read = new ObjectMapper().readTree(json);
    assertEquals(lyrics, read.get("lyrics").asText());
    assertTrue(read.get("times").isEmpty() && read.get("characters").isEmpty());
  }

  @Test
  void filesBesideThePageStayFiles() {
    assertEquals(
        "<a href=\"./http:a%25b%23c%3Fd&quot;e\" download>&lt;f&gt;</a>",
        Html.download("http:a%b#c?d\"e", "<f>"));
  }

  @Test
  void templatesAreFilledOnce() {
    Template template = new Template("{{a}} {{b}}{c} {{a}}");
    assertEquals("{{b}} $1\\{c} {{b}}", template.fill(Map.of("a", "{{b}}", "b", "$1\\")));
    assertThrows(IllegalArgumentException.class, () -> template.fill(Map.of("a", "")));
  }
}
