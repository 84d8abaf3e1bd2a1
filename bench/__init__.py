"""Each headline figure, with what people would use instead beside it in the same run."""
