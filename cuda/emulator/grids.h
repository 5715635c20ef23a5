/* Runs whole grids, on as many operating-system threads as pay. */
#ifndef JUKEBOX_EMULATOR_GRIDS_H
#define JUKEBOX_EMULATOR_GRIDS_H

#include "worker.h"

namespace jukebox::emulator {

/* Runs a grid to its end, or to its first failure, whose words become the diagnosis. */
cudaError_t run_grid(const Grid& grid);

}  // namespace jukebox::emulator

#endif
