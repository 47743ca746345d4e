"""What an assignment asks of a contract, and what the names of observations mean."""
