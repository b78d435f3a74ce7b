"""Evidence in an object store that speaks S3, keeps versions and locks them. `storage` opens it."""
