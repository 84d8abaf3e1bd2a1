"""Those who vouch for a person: one vendor, one folder."""
