ORIGINS = ["http://localhost:3000", "*"]
CREDENTIALS = True
