"""What people have, or are to have: earned by rules, allowed and denied by operators."""
