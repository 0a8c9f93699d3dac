#pragma once

#include <cstddef>

/// Starts to watch for a new peak of what this program holds from operator new; returns what it holds now.
std::size_t start_peak();
/// The most it held since.
std::size_t peak_bytes();
