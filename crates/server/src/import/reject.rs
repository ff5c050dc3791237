//! The rejects file: one JSON object per refused line, with what was sent. Only its owner may read it, for it holds people's data.

use std::fs::{File, Permissions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use orderbase_application::{Error, Fault as InputFault, Place};
use orderbase_http::problem::Problem;
use serde::Serialize;
use serde_json::value::RawValue;

/// Why a line was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    pub detail: String,
}

impl Fault {
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        Self { code: code.to_owned(), pointer: None, detail: detail.into() }
    }

    /// A fault of a member.
    pub fn of_input(fault: &InputFault) -> Self {
        Self::at(fault, fault.code.as_str())
    }

    fn at(fault: &InputFault, code: &str) -> Self {
        let pointer = match &fault.place {
            Place::Pointer(pointer) => Some(pointer.clone()),
            Place::Parameter(_) | Place::Header(_) => None,
        };
        Self { code: code.to_owned(), pointer, detail: fault.detail.clone() }
    }

    /// What reading the text found.
    pub fn of_problem(problem: &Problem) -> Vec<Self> {
        if problem.told_faults().is_empty() {
            return vec![Self::new(problem.code().slug(), problem.sentence())];
        }
        problem.told_faults().iter().map(Self::of_input).collect()
    }

    /// What the use case refused. A rule with a place keeps its own code there.
    pub fn of_error(error: &Error) -> Vec<Self> {
        match error {
            Error::Validation { faults } => faults.iter().map(Self::of_input).collect(),
            Error::OrderTotalOutOfRange { faults }
            | Error::CurrencyMismatch { faults }
            | Error::MetadataLimit { faults } => {
                faults.iter().map(|fault| Self::at(fault, error.code().slug())).collect()
            }
            other => vec![Self::new(other.code().slug(), other.to_string())],
        }
    }
}

/// One line of the file.
#[derive(Serialize)]
struct Record<'a> {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_reference: Option<&'a str>,
    errors: &'a [Fault],
    input: Input<'a>,
}

/// What was sent: as it is if it is JSON, else as text.
#[derive(Serialize)]
#[serde(untagged)]
enum Input<'a> {
    Json(&'a RawValue),
    Text(String),
}

/// The file, which is made when the first line is refused.
pub struct Rejects {
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Rejects {
    /// A file of an earlier run at this path is of no more use.
    ///
    /// # Errors
    /// Where it stays in the way.
    pub fn at(path: PathBuf) -> std::io::Result<Self> {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(Self { path, file: None }),
        }
    }

    /// Where the file is, if any line was refused.
    pub fn written(&self) -> Option<&Path> {
        self.file.as_ref().map(|_| self.path.as_path())
    }

    /// # Errors
    /// Those of the file.
    pub fn write(&mut self, line: u64, reference: Option<&str>, errors: &[Fault], bytes: &[u8]) -> std::io::Result<()> {
        let json = std::str::from_utf8(bytes).ok().and_then(|text| serde_json::from_str::<&RawValue>(text.trim()).ok());
        let input = json.map_or_else(|| Input::Text(String::from_utf8_lossy(bytes).into_owned()), Input::Json);
        let record = Record { line, external_reference: reference, errors, input };
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(create(&self.path)?),
        };
        serde_json::to_writer(&mut *file, &record)?;
        file.write_all(b"\n")
    }

    /// # Errors
    /// Those of the file.
    pub fn flush(&mut self) -> std::io::Result<()> {
        self.file.as_mut().map_or(Ok(()), BufWriter::flush)
    }
}

fn create(path: &Path) -> std::io::Result<BufWriter<File>> {
    let file = File::options().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(BufWriter::new(file))
}

/// `FILE.rejects.ndjson` beside `FILE.ndjson`; in the working directory where that folder cannot be written to.
pub fn default_path(input: &Path) -> PathBuf {
    let stem = input.file_stem().unwrap_or(input.as_os_str()).to_string_lossy();
    let name = format!("{stem}.rejects.ndjson");
    let folder = input.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = folder.join(&name);
    let writable = File::options().create(true).append(true).mode(0o600).open(&beside).is_ok();
    if writable { beside } else { PathBuf::from(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_holds_line_faults_and_input() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.rejects.ndjson");
        std::fs::write(&path, "old").unwrap();
        let mut rejects = Rejects::at(path.clone()).unwrap();
        assert!(rejects.written().is_none() && !path.exists());
        rejects.write(3, Some("A"), &[Fault::new("malformed_request", "The body is not JSON.")], b"{nonsense").unwrap();
        rejects.write(4, None, &[], br#" {"a": 1.0} "#).unwrap();
        rejects.flush().unwrap();
        assert_eq!(rejects.written(), Some(path.as_path()));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "{\"line\":3,\"external_reference\":\"A\",\"errors\":[{\"code\":\"malformed_request\",\"detail\":\"The body is not JSON.\"}],\
             \"input\":\"{nonsense\"}\n{\"line\":4,\"errors\":[],\"input\":{\"a\": 1.0}}\n"
        );
    }

    #[test]
    fn rules_keep_their_code_at_their_place() {
        let fault = InputFault::ruled("#/items/2", orderbase_kernel::InvalidCode::OutOfRange, "too much");
        let told = Fault::of_error(&Error::OrderTotalOutOfRange { faults: vec![fault.clone()] });
        assert_eq!(
            (told[0].code.as_str(), told[0].pointer.as_deref()),
            ("order_total_out_of_range", Some("#/items/2"))
        );
        assert_eq!(Fault::of_error(&Error::Validation { faults: vec![fault] })[0].code, "out_of_range");
        assert_eq!(Fault::of_error(&Error::CustomerInactive)[0].code, "customer_inactive");
    }

    #[test]
    fn the_default_stands_beside_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("orders.ndjson");
        assert_eq!(default_path(&input), folder.path().join("orders.rejects.ndjson"));
        assert_eq!(default_path(Path::new("/nowhere/orders.ndjson")), PathBuf::from("orders.rejects.ndjson"));
    }
}
