"""Where uploads and the files of imports are: in a folder, or in a bucket of an S3 store."""
