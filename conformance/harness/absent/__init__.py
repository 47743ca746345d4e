"""What a submission takes for granted and judging has not: modules, a notebook around it, the folders above it."""
