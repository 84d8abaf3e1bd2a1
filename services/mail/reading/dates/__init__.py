"""Own grammar for dates and times in Russian and English: text in, moments out."""
