"""The PyTorch twins: the same stems and function names as ``impl``, gradients by autograd."""
