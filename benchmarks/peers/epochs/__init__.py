"""Epochs of models, timed beside the same models in PyTorch."""
