import Foundation

/// Where telemetry is kept when nobody says otherwise.
public enum DataFolder {
    public static var standard: String {
        NSHomeDirectory() + "/.local/share/telemetry"
    }
}
