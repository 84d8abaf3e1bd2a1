"""What a work went through, step by step."""
