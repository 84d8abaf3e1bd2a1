"""Pull requests and reviews, as sync tells of them."""
