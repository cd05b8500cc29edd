"""smtp-desktop smtp …"""
