namespace Nuke.Common.Utilities.Collections;

/// <summary>Chained calls on dictionaries.</summary>
public static class DictionaryExtensions
{
    public static Dictionary<TKey, TValue> AddPair<TKey, TValue>(this Dictionary<TKey, TValue> dictionary, TKey key, TValue value)
        where TKey : notnull
    {
        dictionary.Add(key, value);
        return dictionary;
    }
}
