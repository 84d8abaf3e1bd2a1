"""The sandbox's own page, where a person plays everybody in the school."""
