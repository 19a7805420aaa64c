/// One thing that a program did to the files of a folder. Paths are relative to that folder, which itself is "".
public enum DiskOperation: Hashable, Sendable {
    case create(String)
    case makeDirectory(String)
    case write(String, offset: Int, bytes: [UInt8])
    case truncate(String, length: Int)
    case rename(String, to: String)
    case link(String, to: String)
    case remove(String)
    /// A file's contents, or a folder's names, are asked to be on the medium.
    case sync(String)
    /// A sync that the program was told had failed.
    case failedSync(String)
}

extension DiskOperation: CustomStringConvertible {
    public var description: String {
        switch self {
        case .create(let path): "create \(path)"
        case .makeDirectory(let path): "mkdir \(path)"
        case .write(let path, let offset, let bytes): "write \(path) \(offset)+\(bytes.count)"
        case .truncate(let path, let length): "truncate \(path) \(length)"
        case .rename(let path, let new): "rename \(path) → \(new)"
        case .link(let path, let new): "link \(path) → \(new)"
        case .remove(let path): "remove \(path)"
        case .sync(let path): "sync \(path)"
        case .failedSync(let path): "failed sync \(path)"
        }
    }
}
