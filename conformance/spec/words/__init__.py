"""What every sentence is made of: a template in English and its values."""
