package dev.jukebox.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.jukebox.error.InvalidInputException;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingReaderTest {
  private static final SamplingReader READER = new SamplingReader("m.json", 2);

  @Test
  void everythingCanBeSaidAndNothingHasTo() throws JsonProcessingException {
    assertEquals(SamplingDefaults.NONE, READER.read(MissingNode.getInstance()));
    assertEquals(SamplingDefaults.NONE, read("{}"));
    SamplingDefaults all =
        read(
            "{'songs': [{'artist': 'A', 'genre': 'g', 'lyrics': 'la'}, {}],"
                + " 'sample_length_in_seconds': 24, 'total_sample_length_in_seconds': 60.5,"
                + " 'hop_fraction': [0.5, 0.25], 'temp': [0.9]}");
    assertEquals(
        List.of(
            new SamplingDefaults.Song("A", "g", "la"),
            new SamplingDefaults.Song("unknown", "unknown", "")),
        all.songs());
    assertEquals(OptionalDouble.of(24), all.seconds());
    assertEquals(OptionalDouble.of(60.5), all.totalSeconds());
    assertEquals(List.of(0.5, 0.25), all.hopFraction());
    assertEquals(List.of(0.9), all.temp());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[] | is not an object of songs",
        "{'sogns': []} | there is no \"sogns\"; did you mean \"songs\"?",
        "{'songs': {}} | \"songs\" is not a list",
        "{'songs': ['A']} | a song is not an object",
        "{'songs': [{'artits': 'A'}]} | did you mean \"artist\"?",
        "{'songs': [{'artist': 7}]} | \"artist\" of a song is not a text",
        "{'sample_length_in_seconds': 0} | is not a number above 0",
        "{'sample_length_in_seconds': '24'} | is not a number above 0",
        "{'hop_fraction': [0.5]} | has 1 numbers where there are 2 levels",
        "{'hop_fraction': 0.5} | \"hop_fraction\" is not a list",
        "{'temp': [1, 1, 1]} | has 3 numbers where there are 2 levels",
        "{'temp': [-1]} | is not a list of numbers above 0",
      })
  void whatIsWrongIsSaid(String json, String words) {
    String message = assertThrows(InvalidInputException.class, () -> read(json)).getMessage();
    assertTrue(message.startsWith("m.json, sampling: ") && message.contains(words), message);
  }

  private static SamplingDefaults read(String json) throws JsonProcessingException {
    JsonNode node = JsonMapper.builder().build().readTree(json.replace('\'', '"'));
    return READER.read(node);
  }
}
