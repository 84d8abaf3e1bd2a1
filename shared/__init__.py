"""The spine: what every service stands on. It knows nothing of the business."""
