"""What came back from a submission, kept: by it one is judged again without running its code."""
