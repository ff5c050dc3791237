#![doc = include_str!("../README.md")]

pub mod cli;
mod commands;
pub mod config;
pub mod demo;
pub mod exit;
mod failure;
mod import;
mod terminal;
mod wiring;

pub use cli::run;
pub use exit::Exit;
