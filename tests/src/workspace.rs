//! The source tree as a thing to look at, for the fences.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The folder of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate is in a folder of the workspace")
}

/// Every Rust file: path from the root with `/`, and text. Hidden folders and target folders are left out.
pub fn rust_files() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    walk(root(), &mut paths);
    paths.sort();
    paths.iter().map(|path| (relative(path), read(path))).collect()
}

/// A file of the workspace as text.
pub fn text(path: &str) -> String {
    read(&root().join(path))
}

/// The committed OpenAPI documents, one per version of the API.
pub fn documents() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("docs/openapi")).expect("the folder of the documents can be read");
    let paths = entries.map(|entry| entry.expect("an entry can be read").path());
    let mut found: Vec<_> = paths.filter(|path| path.extension().is_some_and(|name| name == "json")).collect();
    found.sort();
    found
}

/// What `cargo metadata` says of the members.
pub fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    // Cargo marks its target folders with this file where they have another name.
    if folder.join("CACHEDIR.TAG").exists() {
        return;
    }
    for entry in fs::read_dir(folder).expect("a folder of the workspace can be read") {
        let path = entry.expect("an entry can be read").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name == "node_modules" || name == "target" {
            continue;
        }
        if path.is_dir() && !path.is_symlink() {
            walk(&path, paths);
        } else if name.ends_with(".rs") {
            paths.push(path);
        }
    }
}

fn relative(path: &Path) -> String {
    let relative = path.strip_prefix(root()).expect("a path below the root");
    relative.to_string_lossy().replace('\\', "/")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}
