"""Letters: written beside the row that they tell of, sent by SMTP or shown on the console."""
