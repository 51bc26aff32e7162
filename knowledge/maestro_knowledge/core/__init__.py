"""What everything else stands on: errors, settings, places on disk, refs, text."""
