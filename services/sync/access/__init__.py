"""Who may watch what: rules as data, what people have earned, what operators decide."""
