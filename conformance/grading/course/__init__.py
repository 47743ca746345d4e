"""Who a hand-in is from, when it came, which of several counts, what lateness costs, and which are alike."""
