"""What do I ask for in return: the finder, bundles, lesser asks, offers, and the sentences that say them."""
