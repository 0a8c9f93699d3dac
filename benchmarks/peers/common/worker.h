#pragma once

// A worker of turns.py in C++: one process that is told when to do a run.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace peers {

/// All numbers of a file that holds nothing else. Throws std::runtime_error where it cannot be read.
template <class Number>
std::vector<Number> read_raw(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) throw std::runtime_error(path + ": cannot be read");
  std::vector<Number> numbers(static_cast<std::size_t>(file.tellg()) / sizeof(Number));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(numbers.data()), static_cast<std::streamsize>(numbers.size() * sizeof(Number)));
  return numbers;
}

template <class Number>
void write_raw(const std::string& path, std::span<const Number> numbers) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(numbers.data()), static_cast<std::streamsize>(numbers.size_bytes()));
  if (!file) throw std::runtime_error(path + ": cannot be written");
}

/// Most bytes that this process has held so far.
inline long peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6)) * 1024;
  }
  return 0;
}

/// Seconds that work() took.
template <class Work>
double seconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Answers the lines of turns.py until told to end. about: members of the first answer, as JSON. run(case) does one
/// run; what result(case) gives, numbers in one piece of memory, is written to the file that is asked for.
template <class Run, class Result>
void serve(const std::string& about, const Run& run, const Result& result) {
  std::cout << "{" << about << "}" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string word;
    std::string name;
    std::string path;
    words >> word >> name >> path;
    if (word == "end") break;
    if (word == "run") {
      const double seconds = seconds_of([&] { run(name); });
      std::cout << "{\"seconds\": " << seconds << "}" << std::endl;
    } else {
      write_raw(path, std::span(result(name)));
      std::cout << "{}" << std::endl;
    }
  }
  std::cout << "{\"peak_memory_bytes\": " << peak_memory() << "}" << std::endl;
}

}  // namespace peers
