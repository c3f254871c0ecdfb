"""What is deployed: locks of the image, its bill of materials and its licences."""
