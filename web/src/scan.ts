/** The pages that read symbols with the camera: a member's own phone, and the till. */
