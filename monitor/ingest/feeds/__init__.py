"""The bytes of a feed -> its entries as Items, in a worker process."""
