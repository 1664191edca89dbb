"""The pages of the console, and the upload that resumes."""
