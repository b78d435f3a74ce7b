"""What the partners' pages show, put together from the apps below: only what belongs to the person who asks."""
