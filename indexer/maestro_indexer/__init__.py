"""How the knowledge becomes searchable; the only place that knows Whoosh."""
