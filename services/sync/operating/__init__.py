"""What administrators see and do: Stepik's courses, whose account is whose, who may watch what."""
