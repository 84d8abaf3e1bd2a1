"""Links that were sent by letter: who opens one reads that mailbox."""
