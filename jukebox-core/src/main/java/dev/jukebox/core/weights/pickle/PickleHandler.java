package dev.jukebox.core.weights.pickle;

/** What a pickle's references to the world outside mean to the reader of one file format. */
public interface PickleHandler {

  /** A handler for pickles that refer to nothing: refuses persistent ids, keeps calls inert. */
  PickleHandler PLAIN =
      new PickleHandler() {
        @Override
        public Object persistent(Object id) {
          throw new PickleFormatException("refers to something outside itself");
        }
      };

  /**
   * The value of a persistent id.
   *
   * @throws PickleFormatException if the id makes no sense
   */
  Object persistent(Object id);

  /**
   * The value of a call; the inert {@code function.called(arguments)} if it is not known.
   *
   * @throws PickleFormatException if the arguments of a known function make no sense
   */
  default Object call(PyObject function, PyTuple arguments) {
    return function.called(arguments);
  }
}
