# What holds for every target, and what only a build of cairn itself decides.

if(NOT CAIRN_REAL MATCHES "^(float|double)$")
  message(FATAL_ERROR "CAIRN_REAL: expected float or double, found ${CAIRN_REAL}")
endif()

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
  endif()
  find_program(CCACHE ccache)
  if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  endif()
endif()

if(CAIRN_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=address,undefined)
endif()

# cairn_settings(<target>): language, warnings and version, for a target with sources.
function(cairn_settings target)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_definitions(${target} PRIVATE CAIRN_VERSION="${PROJECT_VERSION}")
  # Neither changes a value: loops with a root or a comparison become vector code where errno and traps need not be kept.
  target_compile_options(${target} PRIVATE -fno-math-errno -fno-trapping-math)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion $<$<BOOL:${CAIRN_WERROR}>:-Werror>)
endfunction()
