"""The signed word that services believe."""
