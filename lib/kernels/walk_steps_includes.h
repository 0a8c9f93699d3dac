#pragma once

// Everything that walk_steps_code.inc needs, included before the instruction set is widened (see vector_includes.h).
#include <cstddef>
#include <cstdint>

#include "kernels/vector_kernels.h"
#include "kernels/walk_steps.h"
