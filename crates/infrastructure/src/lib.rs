#![doc = include_str!("../README.md")]

pub mod memory;
pub mod redis;
pub mod security;
pub mod sql;
pub mod system;
pub mod telemetry;
