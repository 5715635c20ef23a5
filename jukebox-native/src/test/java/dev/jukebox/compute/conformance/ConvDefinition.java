package dev.jukebox.compute.conformance;

import dev.jukebox.compute.ConvGeometry;

/** A convolution by its definition: which input meets which output by which tap. */
record ConvDefinition(int batch, int time, int in, int out, ConvGeometry geometry) {

  /** What is done with a row of the input, a row of the output and the tap between them. */
  interface Meeting {
    void of(int input, int output, int tap);
  }

  int outTime() {
    return Math.toIntExact(geometry.outputLength(time));
  }

  int inputs() {
    return batch * time * in;
  }

  int outputs() {
    return batch * outTime() * out;
  }

  int weights() {
    return in * out * geometry.kernel();
  }

  /** The shape of the weight tensor. */
  long[] weightShape() {
    return geometry.transposed()
        ? new long[] {in, out, geometry.kernel()}
        : new long[] {out, in, geometry.kernel()};
  }

  /** Where the weight tensor has this element. */
  int place(int i, int o, int tap) {
    int pair = geometry.transposed() ? i * out + o : o * in + i;
    return pair * geometry.kernel() + tap;
  }

  /** All meetings. */
  void each(Meeting meeting) {
    for (int n = 0; n < batch; n++) {
      for (int from = 0; from < time; from++) {
        for (int tap = 0; tap < geometry.kernel(); tap++) {
          int to = output(from, tap);
          if (to >= 0 && to < outTime()) {
            meeting.of(n * time + from, n * outTime() + to, tap);
          }
        }
      }
    }
  }

  private int output(int from, int tap) {
    if (geometry.transposed()) {
      return from * geometry.stride() + tap - geometry.padding();
    }
    int back = from + geometry.padding() - tap * geometry.dilation();
    return back % geometry.stride() == 0 ? back / geometry.stride() : -1;
  }
}
