"""What helps against an error that is owed to the age of the code, as sentences; see harness/age."""

PYTHON_2 = "Python 2: judge with --compat, or compat = true in the assignment"
OLD_NUMPY = "an old NumPy: judge with --compat, or compat = true in the assignment"
NOT_PARSED = "that is the syntax of Python 2, which cannot be judged"
NEWER = "that is syntax of a newer Python than {version}, which judges here"
INTEGERS = "Python 2 integer division? write //, or judge with --python2"
LISTS = "a list in Python 2? write list(...), or judge with --python2"
COMPILED = "the handout's compiled part is not run; the assignment cs231n-a2-convnets asks for no fast layers"
GONE = "an old NumPy: it is gone, and nothing stands for it"
TAKEN_THEN = {
    "dtype": "an old NumPy took that; write another dtype",
    "generator": "an old NumPy took that; write Python's own sum(...)",
    "stack": "an old NumPy took that; write a list of arrays",
    "nonzero": "an old NumPy took that; write np.atleast_1d(...)",
    "empty": "an old NumPy took that; write array.size > 0",
    "ragged": "an old NumPy took that; write dtype=object",
    "minlength": "an old NumPy took that; write minlength=0",
    "shape": "an old NumPy took that; write ()",
    "fromstring": "an old NumPy took that; write np.frombuffer(...)",
    "index": "an old NumPy took that; write an integer",
    "mode": "an old NumPy took that; write the whole word in small letters",
    "cross": "an old NumPy took that; write a[0] * b[1] - a[1] * b[0]",
    "clip": "an old NumPy took that; write np.clip(...) of floats",
    "scalar": "an old NumPy took that; write .item() of an array of one element",
}
MESSAGES = (PYTHON_2, OLD_NUMPY, NOT_PARSED, NEWER, INTEGERS, LISTS, COMPILED, GONE, *TAKEN_THEN.values())
