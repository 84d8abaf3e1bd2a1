"""The mail server that Parta's letters go to: it takes them all, and shows them."""
