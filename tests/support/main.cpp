// Compiled once for all test programs: Catch2's own implementation and main().
#define CATCH_CONFIG_MAIN
#include "support/catch.h"
