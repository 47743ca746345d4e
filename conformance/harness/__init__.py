"""What runs beside the submission: loading, calling and asking it. Knows no answer."""
