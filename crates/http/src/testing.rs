//! The whole app over the application's memory adapters, for tests without services and ports.
