#pragma once

// The one door to Catch2 (version 2: a single header): a newer version changes this file alone.
#include <catch2/catch.hpp>
