import Foundation

/// Where telemetry is kept when nobody says otherwise.
enum DataFolder {
    static var standard: String {
        NSHomeDirectory() + "/.local/share/telemetry"
    }
}
