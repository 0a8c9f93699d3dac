#pragma once

#include <functional>
#include <span>
#include <vector>

#include "autodiff/variable.h"

namespace cairn {

/// f(inputs) without keeping what f works out on the way: f runs once unrecorded, and again, recorded, in the backward
/// pass, which trades its time for its memory. f: a pure function of the inputs and of the parameters, which it may
/// also reach by itself and which are to be listed, so that it is known whether anything wants a gradient. All that f
/// refers to must live until backward(). What f leaves behind, as running statistics, it leaves unless runs_again().
/// The same bits as f(inputs) where f alone uses its parameters: else their gradients add in another order. Source:
/// checkpoints, Chen et al. 2016 (arXiv 1604.06174).
Variable recompute(std::function<Variable(std::span<const Variable>)> f, std::vector<Variable> inputs,
                   std::vector<Variable> parameters);

/// Whether this thread is in the first of the two runs of a function.
bool runs_again();

}  // namespace cairn
